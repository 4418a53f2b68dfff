import { verify } from '@octokit/webhooks-methods';

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
/** Refuses what is not UTF-8 and keeps a byte order mark, so that the text is the bytes and nothing else. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
};

/**
 * Whether GitHub signed these very bytes: HMAC-SHA256 with the webhook's secret, compared in constant time.
 * @param rawBytes - the body as it came, before anything parsed it.
 * @param header - `X-Hub-Signature-256`; undefined when there was none.
 */
export const verifySignature = async (
  rawBytes: Uint8Array,
  header: string | undefined,
  secret: string,
): Promise<boolean> => {
  if (header === undefined || !SIGNATURE.test(header) || secret === '') return false;
  const text = textOf(rawBytes);
  return text !== null && text !== '' && verify(secret, text, header);
};
