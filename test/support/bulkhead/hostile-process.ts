import 'reflect-metadata';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { serveDeliveries } from '../../../src/destinations/delivery-process/serve.js';
import { hostile } from './hostile.handler.js';

serveDeliveries([hostile as unknown as Handler]);
