-- Each node has a database of its own. Runs once, when the volume of the server is empty.
create database node_88;
create database node_88_101;
create database node_88_102;
create database node_88_103;
create database node_88_101_1001;
