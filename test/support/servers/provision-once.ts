import { provision } from '../../verify/provision.mjs';

let asked: Promise<void> | undefined;

/** Once in a process: what is installed stays, and each look at it starts a Java. */
export function provisionOnce(): Promise<void> {
  return (asked ??= provision({ tools: false }));
}
