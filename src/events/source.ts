/** What sends: a write key resolves to one of these. */
export interface Source {
  readonly id: string;
  readonly workspaceId: string;
}
