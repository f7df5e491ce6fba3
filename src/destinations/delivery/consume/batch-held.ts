/** A batch was not finished, on purpose: what is not marked finished is to come again. */
export class BatchHeld extends Error {
  override readonly name = 'BatchHeld';
}
