/** The first API key of an instance, made here so that it can be shown in full: the database keeps only its hash. */
import { randomInt } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 12;
const SECRET_LENGTH = 43;

const letters = (count) => Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** `dk_<id>_<secret>`, over 250 bits of randomness. */
export const makeApiKey = () => `dk_${letters(ID_LENGTH)}_${letters(SECRET_LENGTH)}`;

const marker = (instance) => instance.path('first-api-key-shown');

/** A new key for an instance that has shown none yet; undefined when the operator chose one or has seen one. */
export const firstApiKey = (instance) =>
  process.env.DRYDOCK_API_KEY || existsSync(marker(instance)) ? undefined : makeApiKey();

/** Remembers that a first key was shown. */
export const rememberApiKey = (instance) => writeFileSync(marker(instance), `${new Date().toISOString()}\n`);
