#!/usr/bin/env node
import { runServer } from '../bundle/language-server.cjs';

runServer();
