/** What a Hanlon server knows the node by: read cheaply, before any fact is collected. */
