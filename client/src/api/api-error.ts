/** What the page reads of a problem document (RFC 9457). */
interface ProblemBody {
  title?: string;
  detail?: string;
  code?: string;
  errors?: { path: string; message: string }[];
  retry_after_ms?: number;
}

/** The service refused a request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /** The problem's code, or `unknown` where the answer was no problem document (a proxy's page, say). */
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

/** The service could not be reached, or its answer broke off. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Reads a response that is not OK into an {@link ApiError}. Never rejects. */
export async function toApiError(response: Response): Promise<ApiError> {
  const problem = await readProblem(response);
  const field = problem.errors?.[0];
  const detail = field ? `${field.path}: ${field.message}` : (problem.detail ?? problem.title);
  return new ApiError(
    response.status,
    problem.code ?? (response.status === 429 ? 'rate_limited' : 'unknown'),
    detail ?? `The service answered with status ${response.status}.`,
    problem.retry_after_ms ?? retryAfterMs(response),
  );
}

async function readProblem(response: Response): Promise<ProblemBody> {
  const type = response.headers.get('Content-Type') ?? '';
  try {
    if (type.includes('json')) return (await response.json()) as ProblemBody;
    await response.body?.cancel();
  } catch {
    // A body that can't be read leaves the status, which says enough.
  }
  return {};
}

/** `Retry-After` in milliseconds; the header may hold seconds or a date. */
export function retryAfterMs(response: Response): number | undefined {
  const value = response.headers.get('Retry-After');
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
