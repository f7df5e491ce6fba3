/** Bodies for the document: the ids are those of other answers, which say where they come from. */
const ENDS = { sourceId: 'PASTE_SOURCE_ID', destinationId: 'PASTE_DESTINATION_ID' };

export const CONNECTION_CREATE_EXAMPLES = {
  everything: { summary: 'Every event of the source', value: ENDS },
  byName: {
    summary: 'Track calls whose name begins with Order',
    value: { ...ENDS, filter: { types: ['track'], events: ['Order *'] } },
  },
  byProperty: {
    summary: 'What users of a paid plan do',
    value: {
      ...ENDS,
      filter: { properties: [{ pointer: '/properties/plan', operator: 'in', value: ['pro', 'team'] }] },
    },
  },
};

export const CONNECTION_UPDATE_EXAMPLES = {
  filter: { summary: 'Another filter', value: { filter: { types: ['track'], events: ['Order *'] } } },
  everything: { summary: 'No filter: every event passes', value: { filter: null } },
};
