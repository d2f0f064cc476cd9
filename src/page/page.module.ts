import { Module } from '@nestjs/common';
import { PageController } from './page.controller.js';

/** Serves the chat page that `client/` is built into. */
@Module({ controllers: [PageController] })
export class PageModule {}
