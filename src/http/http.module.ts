import { Global, Module } from '@nestjs/common';
import { Doors } from './doors.js';
import { WorkBudget } from './work-budget.js';

/** What other rooms may inject from this one. */
@Global()
@Module({ providers: [Doors, WorkBudget], exports: [Doors, WorkBudget] })
export class HttpModule {}
