GRANT ALL ON `registry`.* TO 'harbor'@'%';
