import { type RejectionCode } from '../../events/call-error.js';
import { type EventType } from '../../events/event.js';
import { compileCheck } from '../draft/compiled-check.js';
import { AliasDto } from '../messages/alias.dto.js';
import { GroupDto, UserlessGroupDto } from '../messages/group.dto.js';
import { IdentifyDto } from '../messages/identify.dto.js';
import { PageDto, ScreenDto } from '../messages/view.dto.js';
import { TrackDto } from '../messages/track.dto.js';
import { type Step } from '../draft/step.js';

const checks: Record<EventType, ReturnType<typeof compileCheck<RejectionCode>>> = {
  identify: compileCheck(IdentifyDto),
  track: compileCheck(TrackDto),
  page: compileCheck(PageDto),
  screen: compileCheck(ScreenDto),
  group: compileCheck(GroupDto),
  alias: compileCheck(AliasDto),
};

const checkUserlessGroup = compileCheck<RejectionCode>(UserlessGroupDto);

/** Checks the message against the decorators of its type (WIRE 1.7, 3.3). */
export const checkFields: Step = (draft, { limits }) => {
  const lenient = draft.type === 'group' && limits.groupWithoutUser;
  const breach = (lenient ? checkUserlessGroup : checks[draft.type as EventType])(draft);
  return breach && { code: breach.code, pointer: `/${breach.property}` };
};
