/** The agent's version. A Hanlon server boots the image with the highest one; the build replaces this line. */
export const VERSION = "4.1.0";
/** When the sources of this version were committed, RFC 3339; empty where that is not known. The build replaces it. */
export const COMMITTED = "";
