import { ConnectionIsNotSetError, QueryFailedError } from 'typeorm';
import { HistoryUnavailableError } from '../../history-store.js';

/** What the driver's and the file system's codes mean. */

/** The driver's codes that tell of a mistake of ours; every other one tells of a database that doesn't serve now. */
const OUR_MISTAKES = new Set(['SQLITE_ERROR', 'SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_RANGE', 'SQLITE_TOOBIG']);

const START_PROBLEMS: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'the file is not a SQLite database, or is damaged',
  SQLITE_CORRUPT: 'the database is damaged',
  SQLITE_READONLY: 'the file or its folder is read-only',
  SQLITE_CANTOPEN: 'it is not a file that this process may open, or its folder may not be written to',
  SQLITE_PERM: 'this process may not open it',
  SQLITE_BUSY: 'another process has locked it',
  SQLITE_FULL: 'the disk is full',
  ENOENT: 'its folder is missing and cannot be made',
  EACCES: 'this process may not make its folder',
  EPERM: 'this process may not make its folder',
  EROFS: 'its folder is missing and the file system is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
};

/** What the driver said. A `QueryFailedError` around it carries the statement's values too: people's messages. */
export function causeOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

/** What callers are told of an error of the driver. */
export function failureOf(error: unknown, kind: 'read' | 'write'): unknown {
  const cause = causeOf(error);
  if (!isUnavailable(error)) return cause;
  const message = isRefusal(error) ? `the database refused a ${kind}` : 'the database does not answer';
  return new HistoryUnavailableError(message, { cause });
}

/** Whether an error means that the database doesn't serve now, rather than that we asked for nonsense. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof QueryFailedError) return !OUR_MISTAKES.has(codeOf(error) ?? '');
  return error instanceof ConnectionIsNotSetError;
}

/** Whether the database said no, rather than nothing in time: for a lock it waits as long as for an answer. */
function isRefusal(error: unknown): boolean {
  return codeOf(error) !== undefined && !isBusy(error);
}

/** Another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_BUSY';
}

/** The statement makes no sense where it stands: a transaction in a transaction, the end of one that there is not. */
export function isOutOfPlace(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_ERROR';
}

/** Why a database can't be used: one line for people. */
export function startProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return START_PROBLEMS[codeOf(error) ?? ''] ?? message.split('\n', 1)[0] ?? message;
}

/** `SQLITE_…` of the driver, or `E…` of the file system. */
function codeOf(error: unknown): string | undefined {
  const cause = causeOf(error);
  return hasCode(cause) ? cause.code : undefined;
}

function hasCode(value: unknown): value is { code: string } {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}
