import { ViewDto } from './view.dto.js';

/** Says which screen of an app a user saw. */
export class ScreenDto extends ViewDto {}
