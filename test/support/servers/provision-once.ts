import { provision } from '../../verify/provision.mjs';

let provisioning: Promise<void> | undefined;

/** Provisions once per process: nothing disappears meanwhile, and each check starts a Java. */
export function provisionOnce(): Promise<void> {
  return (provisioning ??= provision({ tools: false }));
}
