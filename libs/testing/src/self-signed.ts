import { generateKeyPairSync, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A key and a certificate for it, both in PEM, that nobody trusts unless told to. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');
const TAG = {
  integer: 2,
  bits: 3,
  octets: 4,
  text: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  dns: 0x82,
  ip: 0x87,
};

const lengthOf = (bytes: number): Buffer =>
  bytes < 0x80 ? Buffer.of(bytes) : Buffer.of(0x82, bytes >> 8, bytes & 0xff);

/** One value of DER. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
};

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...parts);

const timeOf = (ms: number): Buffer =>
  der(TAG.time, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

const alternative = (name: string): Buffer =>
  isIPv4(name) ? der(TAG.ip, Buffer.from(name.split('.').map(Number))) : der(TAG.dns, Buffer.from(name));

/** For a server of a spec that has this name or IPv4 address; good for a day. */
export const selfSigned = (name: string): SelfSigned => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const who = sequence(der(TAG.set, sequence(COMMON_NAME, der(TAG.text, Buffer.from(name)))));
  const names = der(TAG.octets, sequence(alternative(name)));
  const body = sequence(
    der(0xa0, der(TAG.integer, Buffer.of(2))),
    der(TAG.integer, Buffer.of(1)),
    sequence(ECDSA_WITH_SHA256),
    who,
    sequence(timeOf(Date.now() - DAY_MS), timeOf(Date.now() + DAY_MS)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALTERNATIVE_NAME, names))),
  );
  const signature = der(TAG.bits, Buffer.of(0), sign('sha256', body, privateKey));
  const cert = sequence(body, sequence(ECDSA_WITH_SHA256), signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
};
