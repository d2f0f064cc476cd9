import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Admissions } from '../chat/admissions.js';
import { claimedUser } from '../limits/claimed-user.js';

/** Stands before the rate limit, so that a request refused here counts against nobody. */
@Injectable()
export class CompletionGuard implements CanActivate {
  constructor(private readonly admissions: Admissions) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    this.admissions.admit(request, http.getResponse<Response>(), { userId: claimedUser(request.body) });
    return true;
  }
}
