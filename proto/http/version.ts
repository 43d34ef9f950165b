/** Of the program and of its HTTP interface; package.json says the same. */
export const VERSION = '0.1.0';
