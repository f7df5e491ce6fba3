import 'reflect-metadata';
import { serveDeliveries } from '../../../src/destinations/delivery-process/serve.js';
import { hostile } from './hostile.handler.js';

serveDeliveries([hostile]);
