import './style/main.css';
import { ChatApp } from './chat/chat-app.js';
import { warmUpMarkdown } from './markdown/warm-up.js';

new ChatApp().start();
warmUpMarkdown();
