/** Of this installation; a spec holds it equal to package.json, which a bundle cannot read. */
export const VERSION = '0.1.0';
