import { SMTPServer } from 'smtp-server';

/**
 * An SMTP server that takes every mail and keeps none, so that the relay works as in production and mails cost no disk.
 */
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, taken) {
    stream.resume();
    stream.once('end', () => taken());
  },
});
server.listen(Number(process.argv[2]), '127.0.0.1');
