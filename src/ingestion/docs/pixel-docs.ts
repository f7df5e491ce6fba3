import { applyDecorators } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';

/** No schema: OpenAPI 3.1 then takes the bytes for the image. */
const IMAGE = { 'image/gif': {} } as const;

/** An answer with the image. */
const ApiGif = (status: number, description: string): MethodDecorator =>
  ApiResponse({ status, description, content: IMAGE });

/** A query parameter. */
export const ApiParameter = (
  name: string,
  description: string,
  example?: string,
  required = false,
): MethodDecorator =>
  ApiQuery({ name, description, required, type: String, ...(example !== undefined && { example }) });

/** Parameters and answers of Segment's pixels, with a complete example. */
export const ApiSegmentPixel = (example: object): MethodDecorator =>
  applyDecorators(
    ApiGif(200, 'A transparent image of one pixel, also for an invalid call.'),
    ApiParameter(
      'data',
      'The message as JSON, preferably in base64, which no program on the way changes. Without `data`, each field of the ' +
        'message is a parameter, with dots for nesting: `userId=user-1&event=Opened&properties.subject=News`.',
      JSON.stringify(example),
    ),
  );

/** Parameters and answers that both of RudderStack's pixels share. */
export const ApiRudderPixel = (): MethodDecorator =>
  applyDecorators(
    ApiGif(200, 'A transparent image of one pixel. The event is stored durably.'),
    ApiGif(400, 'The same image. The write key or a parameter is not valid.'),
    ApiGif(429, 'The same image. Too many calls or events at once: try again soon.'),
    ApiGif(503, 'The same image. Nothing was stored: try again later.'),
    ApiParameter('anonymousId', 'Id of a user who is not known yet. This or userId is required.', 'anon-123'),
    ApiParameter('userId', "The user's id in your database."),
    ApiParameter('context.locale', 'Language of the user.', 'en-US'),
    ApiParameter('context.userAgent', 'User agent. If missing, that of the request.'),
    ApiParameter('context.screen.width', 'Width of the screen in pixels.', '1920'),
    ApiParameter('context.screen.height', 'Height of the screen in pixels.', '1080'),
    ApiParameter('context.page.path', 'Path of the page.', '/home'),
    ApiParameter('context.page.url', 'Full address of the page.', 'https://example.com/home'),
    ApiParameter('context.page.referrer', 'Address of the page before.', 'https://example.com/'),
    ApiParameter('context.page.title', 'Title of the page.', 'Home'),
  );
