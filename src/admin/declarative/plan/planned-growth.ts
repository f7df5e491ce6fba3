import { type Growth } from '../../quota-rules/quota-check.js';
import { type Plan } from './plan.js';

interface Planned {
  readonly pairs: readonly { readonly row: unknown }[];
  readonly surplus: readonly unknown[];
}

const growth = ({ pairs, surplus }: Planned): number =>
  pairs.filter(({ row }) => row === undefined).length - surplus.length;

/**
 * How far a plan makes its workspace grow. Write keys are left out: with a source, its revoked keys are deleted too, which a
 * plan does not have. They are counted when the plan is written.
 */
export const plannedGrowth = ({ sources, destinations, connections }: Plan): Growth =>
  new Map([
    ['sources', growth(sources)],
    ['destinations', growth(destinations)],
    ['connections', growth(connections)],
  ]);
