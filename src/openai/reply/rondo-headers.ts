import type { Response } from 'express';
import type { Answer } from '../../chat/answer/answer.js';

/** Who answers, or was asked last, and how many attempts at providers there were so far. To be called before the headers leave. */
export function setRondoHeaders(response: Response, answer: Answer): void {
  if (response.headersSent) return;
  if (answer.isStored) response.setHeader('X-Answer-Id', answer.id);
  const { speaker, all } = answer.attempts;
  response.setHeader('X-Rondo-Attempts', String(all.length));
  if (speaker !== undefined) response.setHeader('X-Rondo-Provider', speaker.provider);
}

/** Who answers, by a name that may be asked for again. */
export function modelOf({ attempts: { speaker } }: Answer, asked: string): string {
  return speaker === undefined ? asked : `${speaker.provider}/${speaker.model}`;
}
