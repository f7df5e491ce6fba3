import { type DestinationTypeFacts } from '../../destinations/settings/destination-types.js';
import { type SettingsSchema, settingsSchema } from '../../destinations/settings/settings-schema.js';
import { type JsonObject } from '../../events/event.js';
import { type DestinationTypeDto } from './destination-type.dto.js';

/** A destination type as the API shows it. Schema and example are complete in the built output only (`settingsSchema`). */
export function destinationTypeView({
  type,
  title,
  handler,
  secrets,
  limits,
}: DestinationTypeFacts): DestinationTypeDto {
  const schema = settingsSchema(handler);
  return {
    type,
    title,
    description: handler.description ?? title,
    settingsSchema: schema,
    secrets: [...secrets],
    limits,
    settingsExample: exampleOf(schema),
  };
}

/** The examples or defaults of the settings' properties. */
function exampleOf({ properties = {} }: SettingsSchema): JsonObject {
  const examples = Object.entries(properties).map(([name, property]): [string, unknown] => [
    name,
    'example' in property ? property.example : 'default' in property ? property.default : undefined,
  ]);
  return Object.fromEntries(examples.filter(([, example]) => example !== undefined));
}
