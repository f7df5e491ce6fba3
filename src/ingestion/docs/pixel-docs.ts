import { applyDecorators } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';

/** Without a schema, which is how OpenAPI 3.1 says that the bytes are the image. */
const IMAGE = { 'image/gif': {} } as const;

/** An answer that is the image. */
const ApiGif = (status: number, description: string): MethodDecorator =>
  ApiResponse({ status, description, content: IMAGE });

/** A query parameter; its text is for the person who tries it. */
export const ApiParameter = (
  name: string,
  description: string,
  example?: string,
  required = false,
): MethodDecorator =>
  ApiQuery({ name, description, required, type: String, ...(example !== undefined && { example }) });

/** What Segment's pixels take and answer, with a message that can be sent as it is. */
export const ApiSegmentPixel = (example: object): MethodDecorator =>
  applyDecorators(
    ApiGif(200, 'A transparent image of one pixel, whether or not the call was valid.'),
    ApiParameter(
      'data',
      'The message as JSON, best in base64 so that nothing on its way changes it. Without `data`, the fields of the message ' +
        'are parameters of their own, with dots for nesting: `userId=user-1&event=Opened&properties.subject=News`.',
      JSON.stringify(example),
    ),
  );

/** What both of RudderStack's pixels take and answer. */
export const ApiRudderPixel = (): MethodDecorator =>
  applyDecorators(
    ApiGif(200, 'A transparent image of one pixel; the event is durably stored.'),
    ApiGif(400, 'The same image: the write key or the parameters are not valid.'),
    ApiGif(429, 'The same image: too much at once, try again soon.'),
    ApiGif(503, 'The same image: nothing is stored, try again later.'),
    ApiParameter('anonymousId', 'Stands for a user nobody knows yet. This or userId is needed.', 'anon-123'),
    ApiParameter('userId', "The user's id in your database."),
    ApiParameter('context.locale', 'Language of the user.', 'en-US'),
    ApiParameter('context.userAgent', "User agent; the request's own when missing."),
    ApiParameter('context.screen.width', 'Width of the screen in pixels.', '1920'),
    ApiParameter('context.screen.height', 'Height of the screen in pixels.', '1080'),
    ApiParameter('context.page.path', 'Path of the page.', '/home'),
    ApiParameter('context.page.url', 'Full address of the page.', 'https://example.com/home'),
    ApiParameter('context.page.referrer', 'Where the user came from.', 'https://example.com/'),
    ApiParameter('context.page.title', 'Title of the page.', 'Home'),
  );
