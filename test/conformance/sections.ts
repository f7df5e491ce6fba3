import { type Row } from './row.js';
import { identity } from './rows/identity.js';
import { integrations } from './rows/integrations.js';
import { rudderPixel } from './rows/rudder-pixel.js';
import { segmentPixel } from './rows/segment-pixel.js';
import { time } from './rows/time.js';
import { transport } from './rows/transport.js';
import { rudderVectors } from './rows/vectors-rudder.js';
import { segmentVectors } from './rows/vectors-segment.js';

/** A table of WIRE: the ids it gives, and our rows. */
export interface Section {
  readonly title: string;
  readonly ids: readonly string[];
  readonly rows: readonly Row[];
}

const numbers = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}-${from + index}`);

/** The numbers are WIRE's, so that no row can go missing unnoticed. */
export const sections: readonly Section[] = [
  { title: '7.1 Transport, auth, envelope', ids: numbers('7.1', 1, 63), rows: transport },
  { title: '7.2 Identity, validation, coercion', ids: numbers('7.2', 64, 103), rows: identity },
  { title: '7.3 Time', ids: numbers('7.3', 104, 119), rows: time },
  { title: '7.4 Integrations and ip', ids: numbers('7.4', 120, 134), rows: integrations },
  { title: '7.5 Segment pixel', ids: numbers('7.5', 135, 162), rows: segmentPixel },
  { title: '7.6 RudderStack pixel', ids: numbers('7.6', 163, 180), rows: rudderPixel },
  { title: '4.4 Vectors of the Segment pixel', ids: numbers('SP', 1, 9), rows: segmentVectors },
  { title: '5.7 Vectors of the RudderStack pixel', ids: numbers('RP', 1, 20), rows: rudderVectors },
];
