/** What servers of SSH share. */
export { ChannelWriter } from './channel-writer.ts';
