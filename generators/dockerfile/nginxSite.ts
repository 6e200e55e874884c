/** Returns the site that serves a built frontend: files by their names, everything else is the application's own path. */
export const nginxSite = (port: number): string => `server {
    listen ${port};
    listen [::]:${port};
    root /usr/share/nginx/html;
    server_tokens off;
    gzip on;
    gzip_types text/css application/javascript application/json image/svg+xml;

    # Names of these files change with their content.
    location /assets/ {
        add_header Cache-Control "public, max-age=31536000, immutable" always;
        add_header X-Content-Type-Options nosniff always;
        try_files $uri =404;
    }

    location = /healthz {
        access_log off;
        default_type text/plain;
        return 200 "ok\\n";
    }

    location / {
        add_header Cache-Control "no-cache" always;
        add_header X-Content-Type-Options nosniff always;
        add_header X-Frame-Options DENY always;
        add_header Referrer-Policy strict-origin-when-cross-origin always;
        try_files $uri $uri/ /index.html;
    }
}
`;
