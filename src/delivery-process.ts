import 'reflect-metadata';
import { type Handler } from './destinations/contract/handler.js';
import { serveDeliveries } from './destinations/delivery-process/serve.js';
import { handlers } from './destinations/handlers/index.js';

// A delivery process, which the main process starts (DESIGN 5.8).
serveDeliveries(handlers as readonly unknown[] as readonly Handler[]);
