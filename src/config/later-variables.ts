/** Variables that the contract names and this version does not have yet. One that is read is none of them any more. */

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
/** Of each provider. */
const OF_PROVIDERS =
  /^(.+)_(MODELS|API_KEYS|HEADERS|PRICE|WEIGHT|CONNECT_TIMEOUT_MS|FIRST_TOKEN_TIMEOUT_MS|IDLE_TIMEOUT_MS)$/;
/** Secrets whose value a file may hold. */
const OF_FILES = /^(.+_API_KEYS?|.+_HEADERS|DATABASE_URL|DATABASE_DIRECT_URL|PROXY_URL|OIDC_CLIENT_SECRET)_FILE$/;

/** Whether a variable that nothing reads is one of a later version. `read` are the names that were read. */
export function isLater(name: string, read: ReadonlySet<string>): boolean {
  if (LATER.has(name) || OF_ISSUERS.test(name)) return true;
  const [, provider] = OF_PROVIDERS.exec(name) ?? [];
  if (provider !== undefined) return read.has(`${provider}_BASE_URL`);
  const [, secret] = OF_FILES.exec(name) ?? [];
  return secret !== undefined && (read.has(secret) || isLater(secret, read));
}
