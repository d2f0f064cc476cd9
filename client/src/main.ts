import './style/main.css';
import { ChatApp } from './chat/chat-app.js';
import { warmUpWhenUsed } from './markdown/warm-up.js';

new ChatApp().start();
warmUpWhenUsed();
