export { type Sshd as SshdPeer, startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
