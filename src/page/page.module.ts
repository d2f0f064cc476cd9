import { Module } from '@nestjs/common';
import { PageController } from './page.controller.js';

/** Serves the built chat page. */
@Module({ controllers: [PageController] })
export class PageModule {}
