/** API keys made here, so that they can be shown in full: the database keeps only their hashes. */
import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 12;
const SECRET_LENGTH = 43;

const letters = (count) => Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** `dk_<id>_<secret>`, over 250 bits of randomness. */
export const makeApiKey = () => `dk_${letters(ID_LENGTH)}_${letters(SECRET_LENGTH)}`;
