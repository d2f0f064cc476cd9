/** The database that `DATABASE_URL` names can't be used; the message says why in one line and is meant for people. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError';
}
