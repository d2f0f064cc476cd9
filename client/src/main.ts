import './style/main.css';
import { ChatApp } from './app/chat-app.js';
import { warmUpWhenUsed } from './markdown/warm-up.js';

// At once, though a page that is loaded on a slow machine would be drawn earlier: what is typed first must not be lost.
new ChatApp().start();
warmUpWhenUsed();
