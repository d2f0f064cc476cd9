import 'reflect-metadata';
import nodeModule from 'node:module';
nodeModule.enableCompileCache();
const { start } = await import('./bare-nest-app.js');
await start();
