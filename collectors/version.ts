/** The agent's version. A Hanlon server boots the image with the highest one; the build replaces this line. */
export const VERSION = "4.1.0";
