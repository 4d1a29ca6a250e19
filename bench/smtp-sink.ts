import { SMTPServer } from 'smtp-server';

/** Takes every mail and keeps none: the relay works as in life, and a mailbox of thousands costs the measurement nothing. */
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, taken) {
    stream.resume();
    stream.once('end', () => taken());
  },
});
server.listen(Number(process.argv[2]), '127.0.0.1');
