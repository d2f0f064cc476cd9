import './style/main.css';
import { ChatApp } from './chat/chat-app.js';

new ChatApp().start();
