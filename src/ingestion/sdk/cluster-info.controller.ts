import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** RudderStack's Go SDK asks for the number of nodes among which to divide its calls (WIRE 6.1). A load balancer does that here. */
@ApiExcludeController()
@Controller('cluster-info')
export class ClusterInfoController {
  @Get()
  @Header('Cache-Control', 'no-store')
  count(): { nodeCount: number } {
    return { nodeCount: 1 };
  }
}
