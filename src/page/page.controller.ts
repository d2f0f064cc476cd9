import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ProblemException } from '../http/problem.exception.js';
import { ApiProblem } from '../http/problem.openapi.js';
import { Access } from '../identity/access.js';
import { loadPageFiles } from './page-files.js';

/** The chat page. Cacheable files replace the general `no-store`. */
@ApiTags('page')
@Access('page')
@Controller()
export class PageController {
  readonly #files = loadPageFiles();

  @ApiOperation({ summary: 'The chat page', operationId: 'getPage' })
  @ApiOkResponse({ description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'It is still the one that `If-None-Match` names.' })
  @ApiProblem(404, 'The page was not built.')
  @Get()
  index(@Req() request: Request, @Res() response: Response): void {
    this.#send('index.html', request, response);
  }

  @ApiExcludeEndpoint()
  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() request: Request, @Res() response: Response): void {
    this.#send(`assets/${name}`, request, response);
  }

  @ApiExcludeEndpoint()
  @Get('theme.js')
  theme(@Req() request: Request, @Res() response: Response): void {
    this.#send('theme.js', request, response);
  }

  @ApiExcludeEndpoint()
  @Get(['favicon.svg', 'favicon.ico'])
  favicon(@Req() request: Request, @Res() response: Response): void {
    this.#send('favicon.svg', request, response);
  }

  #send(path: string, request: Request, response: Response): void {
    const file = this.#files.get(path);
    if (file === undefined) {
      const detail = path === 'index.html' ? 'The page was not built: run `npm run build`.' : 'There is no such file.';
      throw new ProblemException({ status: 404, code: 'not_found', detail });
    }
    response.setHeader('Cache-Control', file.cacheControl);
    response.setHeader('ETag', file.etag);
    response.setHeader('Vary', 'Accept-Encoding');
    response.setHeader('Content-Type', file.type);
    if (request.headers['if-none-match'] === file.etag) {
      response.status(304).end();
      return;
    }
    const gzip = request.acceptsEncodings('gzip') === 'gzip';
    if (gzip) response.setHeader('Content-Encoding', 'gzip');
    const body = gzip ? file.gzipped : file.body;
    response.setHeader('Content-Length', body.length);
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}
