import { meantName } from './meant-name.js';
import { AMONG_OTHERS, AMONG_OURS } from './near-name.js';
import type { Variables } from './variables.js';

/** The end of a provider's variable; `EXTRA_PROVIDERS` would have to list the provider. */
const OF_A_PROVIDER = /^.+_(API_KEY|BASE_URL|MODEL|DIALECT|CONTEXT_TOKENS)$/;

/** Windows' folder for all users, which is set everywhere there. */
const OF_WINDOWS = 'PUBLIC';

/**
 * Warnings for set variables without effect; call it when all are read. In the env file that is every unknown name. The
 * environment is full of other programs' names: there, those that are nearly ours. A warning holds names, never values.
 */
export function ignoredVariables(variables: Variables, inFile: ReadonlySet<string>): string[] {
  const known = new Set([...variables.read, 'RONDO_ENV_FILE']);
  const unread = variables.set.filter((name) => !known.has(name) && (name !== OF_WINDOWS || inFile.has(name)));
  return unread.flatMap((name) => ignored(name, known, inFile.has(name)) ?? []);
}

function ignored(name: string, known: ReadonlySet<string>, inFile: boolean): string | undefined {
  if (isLater(name, known)) return `${name} is ignored: this version of Rondo does not have it yet`;
  const meant = meantName(name, known, inFile ? AMONG_OURS : AMONG_OTHERS);
  if (meant !== undefined) return `${name} is ignored: Rondo has no such variable; did you mean ${meant}?`;
  if (!inFile) return undefined;
  const why = OF_A_PROVIDER.test(name) ? 'EXTRA_PROVIDERS lists no such provider' : 'Rondo has no such variable';
  return `${name} in the env file is ignored: ${why}`;
}

/** Variables of later versions. A variable that is read is none of them. */

const LATER = new Set([
  ...['MANAGEMENT_PORT', 'MANAGEMENT_HOST', 'DATABASE_DIRECT_URL', 'DATABASE_POOL', 'LEASE_MS'],
  ...['SLA_FIRST_TOKEN_MS', 'FRAME_MS', 'MAX_BODY_BYTES', 'HISTORY_RETENTION_DAYS', 'CONTINUE_AFTER_CRASH'],
  ...['TOKEN_LIMIT', 'BUDGET_USD', 'BUDGET_TOKENS', 'BUDGET_PERIOD', 'BUDGET_TOTAL_USD'],
  ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_SERVICE_NAME'],
  ...['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'],
  ...['AUTH', 'AUTH_GROUPS_CLAIM', 'AUTH_ALLOW', 'AUTH_ADMIN', 'ADMIN_API_KEY', 'SAFETY_URL'],
  ...['JWT_ISSUERS', 'JWT_HEADER', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_SCOPES'],
  ...['OIDC_USER_CLAIM', 'OIDC_RECHECK_MINUTES', 'PROXY_USER_HEADER', 'PROXY_GROUPS_HEADER'],
  ...['LIMITS_FILE', 'SYSTEM_PROMPT_MODE', 'SESSION_TTL_HOURS'],
]);
const OF_ISSUERS = /^JWT_[1-4]_(AUDIENCE|JWKS_URL|USER_CLAIM)$/;
/** Each provider has them. */
const OF_PROVIDERS =
  /^(.+)_(MODELS|API_KEYS|HEADERS|PRICE|WEIGHT|CONNECT_TIMEOUT_MS|FIRST_TOKEN_TIMEOUT_MS|IDLE_TIMEOUT_MS)$/;
/** Secrets whose value may be in a file. */
const OF_FILES = /^(.+_API_KEYS?|.+_HEADERS|DATABASE_URL|DATABASE_DIRECT_URL|PROXY_URL|OIDC_CLIENT_SECRET)_FILE$/;

/** Whether an unread variable belongs to a later version. `read` are the names that were read. */
function isLater(name: string, read: ReadonlySet<string>): boolean {
  if (LATER.has(name) || OF_ISSUERS.test(name)) return true;
  const [, provider] = OF_PROVIDERS.exec(name) ?? [];
  if (provider !== undefined) return read.has(`${provider}_BASE_URL`);
  const [, secret] = OF_FILES.exec(name) ?? [];
  return secret !== undefined && (read.has(secret) || isLater(secret, read));
}
