/** One provider as `GET /providers` shows it. */
export interface ShownProvider {
  name: string;
  model: string;
  state: string;
  code?: string;
  since?: string;
  retry_at?: string;
}

export async function shownProvider(url: string, name: string): Promise<ShownProvider | undefined> {
  const reply = (await (await fetch(`${url}/providers`)).json()) as { providers: ShownProvider[] };
  return reply.providers.find((provider) => provider.name === name);
}
