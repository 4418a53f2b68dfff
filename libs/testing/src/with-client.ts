import { Client } from 'pg';

/** For a server that takes connections and says nothing, as one does that is frozen. */
const CONNECT_MS = 30_000;

/**
 * Does `work` over a connection of its own, which is closed however it ends.
 * @throws what connecting or `work` throws.
 */
export const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
