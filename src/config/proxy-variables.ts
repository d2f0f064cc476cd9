import type { ProxyConfig } from './app-config.js';
import type { Variables } from './variables.js';

/** The proxy for provider traffic: `PROXY_URL`, else `AI_PROXY_URL`; `NO_PROXY` in either case of its letters. */
export function readProxy(variables: Variables): ProxyConfig {
  const [own, older] = [variables.get('PROXY_URL'), variables.get('AI_PROXY_URL')];
  const name = own === undefined ? 'AI_PROXY_URL' : 'PROXY_URL';
  const url = own ?? older;
  const [upper, lower] = [variables.get('NO_PROXY'), variables.get('no_proxy')];
  const bypass = (upper ?? lower ?? '').toLowerCase().split(/[\s,]+/);
  if (url !== undefined && !isProxyUrl(url))
    variables.reject(name, 'must be a URL such as http://proxy.example.com:3128');
  return { ...(url === undefined ? {} : { url }), bypass: bypass.filter((host) => host !== '') };
}

function isProxyUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
