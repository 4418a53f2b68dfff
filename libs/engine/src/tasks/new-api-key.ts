import { randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
/** 43 × log2(62) = 256 bits. */
const SECRET_LENGTH = 43;

const letters = (count: number): string =>
  Array.from({ length: count }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');

/** A random key, `dk_<id>_<secret>`. To be shown once: only its hash is kept. */
export const newApiKey = (): string => `dk_${letters(ID_LENGTH)}_${letters(SECRET_LENGTH)}`;
