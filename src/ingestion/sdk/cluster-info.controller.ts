import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** RudderStack's Go SDK asks how many nodes it must divide its calls among (WIRE 6.1); here, a balancer does that. */
@ApiExcludeController()
@Controller('cluster-info')
export class ClusterInfoController {
  @Get()
  @Header('Cache-Control', 'no-store')
  count(): { nodeCount: number } {
    return { nodeCount: 1 };
  }
}
