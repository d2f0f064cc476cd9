import type { Type } from '@nestjs/common';
import type { RoutingPolicy } from '../../config/app-config.js';
import { RoundRobinRouter } from './round-robin.router.js';
import type { Router } from './router.js';

/** `ROUTING_POLICY` → its class. A new policy is one class, one name in `config/app-config.ts`, one line here. */
export const ROUTING_POLICIES: Readonly<Record<RoutingPolicy, Type<Router>>> = { 'round-robin': RoundRobinRouter };
